<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>AnswerCard</name>
    <message>
        <source>Agent: {text}</source>
        <translation>助手：{text}</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理过程</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>Hotkeys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Not every hotkey works here. The settings say why.</source>
        <translation>有的快捷键在这里不起作用，原因见设置。</translation>
    </message>
    <message>
        <source>Something is still running. Stop it and quit?</source>
        <translation>还有任务正在运行。要停止它并退出吗？</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续运行</translation>
    </message>
</context>
<context>
    <name>ApprovalCard</name>
    <message>
        <source>When the time is up, the answer is no.</source>
        <translation>时间一到，即视为拒绝。</translation>
    </message>
    <message>
        <source>Desktop Agent asks</source>
        <translation>Desktop Agent 请求确认</translation>
    </message>
    <message>
        <source>A program&apos;s input was ignored. Keys: {0}</source>
        <translation>已忽略由程序发出的输入。按键：{0}</translation>
    </message>
    <message>
        <source>Please do this yourself, then press Continue</source>
        <translation>请您自己完成，然后按“继续”</translation>
    </message>
    <message>
        <source>Look closely: allow this?</source>
        <translation>请仔细查看：允许这样做吗？</translation>
    </message>
    <message>
        <source>Allow this step?</source>
        <translation>允许这一步吗？</translation>
    </message>
    <message>
        <source>Alt+A approve, Alt+D deny, Alt+S stop</source>
        <translation>Alt+A 批准，Alt+D 拒绝，Alt+S 停止</translation>
    </message>
    <message>
        <source>Alt+A continue, Alt+D deny, Alt+S stop</source>
        <translation>Alt+A 继续，Alt+D 拒绝，Alt+S 停止</translation>
    </message>
    <message>
        <source>Keys: {0}, then {1}</source>
        <translation>按键：{0}，然后 {1}</translation>
    </message>
    <message>
        <source>Keys: {0}</source>
        <translation>按键：{0}</translation>
    </message>
    <message>
        <source>Don&apos;t ask again for this in {0} until I quit</source>
        <translation>在我退出之前，{0} 中的这类操作不再询问</translation>
    </message>
    <message>
        <source>this application</source>
        <translation>此应用程序</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Deny</source>
        <translation>拒绝(&amp;D)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation>批准(&amp;A)</translation>
    </message>
    <message>
        <source>Picture of the target</source>
        <translation>目标的图片</translation>
    </message>
    <message>
        <source>Types exactly this</source>
        <translation>将原样输入以下内容</translation>
    </message>
    <message>
        <source>It holds characters that don&apos;t show; they stand here by their codes.</source>
        <translation>其中有不可见的字符，这里以代码表示。</translation>
    </message>
</context>
<context>
    <name>ApprovalWindow</name>
    <message>
        <source>Approve “{name}”</source>
        <translation>批准“{name}”</translation>
    </message>
    <message>
        <source>Approve as a whole</source>
        <translation>整体批准</translation>
    </message>
    <message>
        <source>End the approval</source>
        <translation>取消批准</translation>
    </message>
    <message>
        <source>It plays other macros, too: {names}.</source>
        <translation>它还会播放其他宏：{names}。</translation>
    </message>
    <message>
        <source>It is approved: its ordinary steps are not asked about. Any change of it ends that.</source>
        <translation>它已获批准：普通步骤不再询问。宏一有更改，批准就失效。</translation>
    </message>
    <message>
        <source>Look through every step. Once you have approved it, its ordinary steps are not asked about any more; what is critical still is, each time. Any change of the macro, or of one that it plays, ends the approval.</source>
        <translation>请检查每一步。批准之后，普通步骤不再询问；关键操作仍然每次都会询问。宏或它播放的宏一有更改，批准就失效。</translation>
    </message>
</context>
<context>
    <name>Body</name>
    <message>
        <source>… (the rest is too long to show; Copy takes all of it)</source>
        <translation>……（其余部分太长，未显示；复制时会包含全部内容）</translation>
    </message>
</context>
<context>
    <name>CaptureView</name>
    <message>
        <source>Region capture</source>
        <translation>截取区域</translation>
    </message>
    <message>
        <source>Arrows move</source>
        <translation>方向键移动</translation>
    </message>
    <message>
        <source>Shift resizes</source>
        <translation>按住 Shift 调整大小</translation>
    </message>
    <message>
        <source>Ctrl goes pixel by pixel</source>
        <translation>按住 Ctrl 逐像素移动</translation>
    </message>
    <message>
        <source>Enter takes it</source>
        <translation>Enter 确定</translation>
    </message>
    <message>
        <source>Esc cancels</source>
        <translation>Esc 取消</translation>
    </message>
    <message>
        <source>Drag to select</source>
        <translation>拖动以选择</translation>
    </message>
    <message>
        <source>Click takes a window</source>
        <translation>单击选取窗口</translation>
    </message>
    <message>
        <source>Enter takes the monitor</source>
        <translation>Enter 选取整个显示器</translation>
    </message>
</context>
<context>
    <name>CardDelegate</name>
    <message>
        <source>Otherwise</source>
        <translation>否则</translation>
    </message>
</context>
<context>
    <name>ChatWindow</name>
    <message>
        <source>Desktop Agent</source>
        <translation>Desktop Agent</translation>
    </message>
    <message>
        <source>Something is running already. Wait until it ends, or stop it.</source>
        <translation>已有任务正在运行。请等它结束，或将其停止。</translation>
    </message>
    <message>
        <source>Attached region</source>
        <translation>附带的区域</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在载入……</translation>
    </message>
    <message>
        <source>Show or hide the list of conversations (F9)</source>
        <translation>显示或隐藏对话列表 (F9)</translation>
    </message>
    <message>
        <source>Stopped. Nothing acts until you release it.</source>
        <translation>已停止。在您解除之前不会执行任何操作。</translation>
    </message>
    <message>
        <source>Release stop</source>
        <translation>解除停止</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach a region of the screen</source>
        <translation>附上屏幕的一个区域</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the run at once</source>
        <translation>立即停止运行</translation>
    </message>
</context>
<context>
    <name>ConditionField</name>
    <message>
        <source>nothing in particular</source>
        <translation>不作要求</translation>
    </message>
    <message>
        <source>a window</source>
        <translation>某个窗口</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>某段文字</translation>
    </message>
    <message>
        <source>Text that can be read</source>
        <translation>能读到的文字</translation>
    </message>
    <message>
        <source>the text</source>
        <translation>文字内容</translation>
    </message>
    <message>
        <source>Application of the window</source>
        <translation>窗口所属的应用</translation>
    </message>
    <message>
        <source>application, such as Mousepad</source>
        <translation>应用，例如 Mousepad</translation>
    </message>
    <message>
        <source>Title of the window</source>
        <translation>窗口标题</translation>
    </message>
    <message>
        <source>title; * stands for anything</source>
        <translation>标题；* 代表任意内容</translation>
    </message>
    <message>
        <source>is there</source>
        <translation>出现</translation>
    </message>
    <message>
        <source>is gone</source>
        <translation>消失</translation>
    </message>
    <message>
        <source>There or gone</source>
        <translation>出现或消失</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>Change step</source>
        <translation>修改步骤</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Don&apos;t skip</source>
        <translation>不再跳过</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Mark text</source>
        <translation>标记文字</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message>
        <source>Repository</source>
        <translation>仓库</translation>
    </message>
    <message>
        <source>Look what fits</source>
        <translation>查看合适的</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>From Hugging Face, or a mirror of it. The files are checked by their SHA-256 before they are used. Any repository with a GGUF and its mmproj will do.</source>
        <translation>来自 Hugging Face 或其镜像。文件在使用前用 SHA-256 核对。任何含有 GGUF 及其 mmproj 的仓库都可以。</translation>
    </message>
    <message>
        <source>Get a model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>Asking what there is …</source>
        <translation>正在查询有哪些文件……</translation>
    </message>
    <message>
        <source>{name} (suits this machine)</source>
        <translation>{name}（适合本机）</translation>
    </message>
    <message>
        <source>Beginning …</source>
        <translation>正在开始……</translation>
    </message>
    <message>
        <source>It is here and checked. Save to use it.</source>
        <translation>已下载并核对。保存后即可使用。</translation>
    </message>
    <message>
        <source>Stopped. What was fetched is kept: the same download goes on from there.</source>
        <translation>已停止。已下载的部分会保留，再次下载会从那里继续。</translation>
    </message>
    <message>
        <source>Asking for {name} …</source>
        <translation>正在请求 {name}……</translation>
    </message>
    <message>
        <source>Checking {name}: {done} of {total}</source>
        <translation>正在核对 {name}：{done} / {total}</translation>
    </message>
    <message>
        <source>Fetching {name}: {done} of {total}</source>
        <translation>正在下载 {name}：{done} / {total}</translation>
    </message>
    <message>
        <source>{speed} a second, about {minutes} min left</source>
        <translation>每秒 {speed}，大约还需 {minutes} 分钟</translation>
    </message>
</context>
<context>
    <name>EditorWindow</name>
    <message>
        <source>Name of the macro</source>
        <translation>宏的名称</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>要保存对“{name}”的更改吗？</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Don&apos;t save</source>
        <translation>不保存</translation>
    </message>
    <message>
        <source>Go on editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Record from here</source>
        <translation>从这里录制</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play from here</source>
        <translation>从这里播放</translation>
    </message>
    <message>
        <source>Try this step</source>
        <translation>试这一步</translation>
    </message>
    <message>
        <source>Only show where</source>
        <translation>只显示位置</translation>
    </message>
    <message>
        <source>Parameters …</source>
        <translation>参数…</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Entries</name>
    <message>
        <source>1 step</source>
        <translation>1 步</translation>
    </message>
    <message>
        <source>{number} steps</source>
        <translation>{number} 步</translation>
    </message>
    <message>
        <source>changed {when}</source>
        <translation>更改于 {when}</translation>
    </message>
</context>
<context>
    <name>ExpandableText</name>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>收起</translation>
    </message>
</context>
<context>
    <name>Folders</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>All macros</source>
        <translation>所有宏</translation>
    </message>
</context>
<context>
    <name>FurtherServers</name>
    <message>
        <source>Add another server</source>
        <translation>再添加一台服务器</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Your conversations will be listed here.</source>
        <translation>您的对话会列在这里。</translation>
    </message>
    <message>
        <source>Recent conversations</source>
        <translation>最近的对话</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
</context>
<context>
    <name>InputEdit</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Ask something, or say what to do …</source>
        <translation>提出问题，或说明要做什么……</translation>
    </message>
</context>
<context>
    <name>LibraryChanges</name>
    <message>
        <source>“{name}” was removed.</source>
        <translation>“{name}”已移除。</translation>
    </message>
    <message>
        <source>It no longer starts by itself ({starts}).</source>
        <translation>它不再自动播放（{starts}）。</translation>
    </message>
</context>
<context>
    <name>LookCard</name>
    <message>
        <source>Details: {title}</source>
        <translation>详情：{title}</translation>
    </message>
</context>
<context>
    <name>MacroDesk</name>
    <message>
        <source>Something is running already.</source>
        <translation>已经有任务在运行。</translation>
    </message>
    <message>
        <source>Wait, or stop it.</source>
        <translation>请等待，或停止它。</translation>
    </message>
    <message>
        <source>Macros</source>
        <translation>宏</translation>
    </message>
    <message>
        <source>The macro was not started: something is running already.</source>
        <translation>宏没有启动：已有任务正在运行。</translation>
    </message>
    <message>
        <source>The macro was not started: one is being recorded.</source>
        <translation>宏没有启动：正在录制宏。</translation>
    </message>
    <message>
        <source>Written to {path}.</source>
        <translation>已写入 {path}。</translation>
    </message>
    <message>
        <source>Nothing was recorded.</source>
        <translation>没有录到任何内容。</translation>
    </message>
    <message>
        <source>“{name}” was saved.</source>
        <translation>“{name}”已保存。</translation>
    </message>
    <message>
        <source>A macro is being recorded.</source>
        <translation>正在录制宏。</translation>
    </message>
    <message>
        <source>Stop the recording first.</source>
        <translation>请先停止录制。</translation>
    </message>
    <message>
        <source>The macro has ended.</source>
        <translation>宏已播放结束。</translation>
    </message>
</context>
<context>
    <name>MacroList</name>
    <message>
        <source>Macros</source>
        <translation>宏</translation>
    </message>
</context>
<context>
    <name>MacrosWindow</name>
    <message>
        <source>Macros – Desktop Agent</source>
        <translation>宏 – Desktop Agent</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the macros</source>
        <translation>搜索宏</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Approve …</source>
        <translation>批准…</translation>
    </message>
    <message>
        <source>By itself …</source>
        <translation>自动播放…</translation>
    </message>
    <message>
        <source>Hotkey and times at which it is played (Ctrl+T)</source>
        <translation>播放它的快捷键和时间 (Ctrl+T)</translation>
    </message>
    <message>
        <source>Move …</source>
        <translation>移动…</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No macro fits.</source>
        <translation>没有符合的宏。</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>There is no macro any more for what starts {names}.</source>
        <translation>以下触发方式所对应的宏已不存在：{names}。</translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source>Models – Desktop Agent</source>
        <translation>模型 – Desktop Agent</translation>
    </message>
    <message>
        <source>The model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Its image encoder (mmproj)</source>
        <translation>它的图像编码器 (mmproj)</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>empty: as it is</source>
        <translation>留空：保持不变</translation>
    </message>
    <message>
        <source>Let “Automatic” ask them; what they see leaves this machine</source>
        <translation>允许“自动”询问它们：发给它们的内容会离开本机</translation>
    </message>
    <message>
        <source>What works without a model</source>
        <translation>没有模型也能用的功能</translation>
    </message>
    <message>
        <source>Instant commands such as: click Save, type &quot;Hello&quot; into the text area, press ctrl+s; and reading the text of a region. A model adds answers about what is seen, and longer tasks in your own words.</source>
        <translation>即时命令，例如：点击保存、在文本区输入“你好”、按 ctrl+s；以及读取区域中的文字。有了模型，还能回答关于画面的问题，并完成您用自己的话描述的较长任务。</translation>
    </message>
    <message>
        <source>A file on this machine</source>
        <translation>本机上的文件</translation>
    </message>
    <message>
        <source>Two GGUF files that belong together: GLM-4.6V-Flash and its mmproj. It then runs on this machine, and nothing leaves it.</source>
        <translation>两个配套的 GGUF 文件：GLM-4.6V-Flash 和它的 mmproj。模型在本机运行，不会有任何内容离开本机。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Image encoder</source>
        <translation>图像编码器</translation>
    </message>
    <message>
        <source>A server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>A server with the OpenAI interface, such as llama-server or vLLM. Pictures of what you choose and what you write are sent to it. Others are asked where those before them can&apos;t be reached or are overloaded. Keys are kept in the system&apos;s keyring.</source>
        <translation>提供 OpenAI 接口的服务器，例如 llama-server 或 vLLM。您选择的画面和您写的内容会发送给它。前面的服务器无法连接或过载时，会改问后面的。密钥保存在系统的密钥环中。</translation>
    </message>
    <message>
        <source>Model name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Otherwise</source>
        <translation>否则</translation>
    </message>
</context>
<context>
    <name>MomentField</name>
    <message>
        <source>Not by the clock</source>
        <translation>不定时</translation>
    </message>
    <message>
        <source>At a time, on certain days</source>
        <translation>在某几天的某个时间</translation>
    </message>
    <message>
        <source>Every so often</source>
        <translation>每隔一段时间</translation>
    </message>
    <message>
        <source>As a crontab line says</source>
        <translation>按 crontab 行</translation>
    </message>
    <message>
        <source>At times</source>
        <translation>定时</translation>
    </message>
    <message>
        <source>Choose at least one day.</source>
        <translation>请至少选择一天。</translation>
    </message>
    <message>
        <source>This is needed.</source>
        <translation>必须填写。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Minutes, hours or days</source>
        <translation>分钟、小时或天</translation>
    </message>
    <message>
        <source>Crontab line</source>
        <translation>crontab 行</translation>
    </message>
    <message>
        <source>Minute, hour, day of the month, month, weekday.</source>
        <translation>分、时、日、月、星期。</translation>
    </message>
</context>
<context>
    <name>NoMacros</name>
    <message>
        <source>Record what you do once, and let it be done again: with other values, whenever you like. Press Record, do the job, and press Stop; nothing is kept before you have looked it through.</source>
        <translation>把您做的事录制一次，以后随时可以重复，还可以换成别的内容。按“录制”，做完这件事，再按“停止”；在您检查之前不会保存任何内容。</translation>
    </message>
    <message>
        <source>No macros yet</source>
        <translation>还没有宏</translation>
    </message>
    <message>
        <source>From anywhere: {hotkey}</source>
        <translation>随时可按：{hotkey}</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Hide this message</source>
        <translation>隐藏这条消息</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>Save as macro …</source>
        <translation>保存为宏…</translation>
    </message>
</context>
<context>
    <name>OwnCard</name>
    <message>
        <source>You: {text}</source>
        <translation>您：{text}</translation>
    </message>
</context>
<context>
    <name>ParameterDialog</name>
    <message>
        <source>Make it a parameter</source>
        <translation>设为参数</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>such as: Name of the customer</source>
        <translation>例如：客户姓名</translation>
    </message>
    <message>
        <source>Whoever plays the macro is asked for it. What was typed is what it is unless they say.</source>
        <translation>播放宏时会询问它的值。不填时就用录制时输入的内容。</translation>
    </message>
    <message>
        <source>A name is made of letters from A to Z, digits and _, and begins with no digit.</source>
        <translation>名称由字母 A 到 Z、数字和 _ 组成，且不能以数字开头。</translation>
    </message>
</context>
<context>
    <name>ParameterField</name>
    <message>
        <source>Choose …</source>
        <translation>选择……</translation>
    </message>
    <message>
        <source>This is needed.</source>
        <translation>必须填写。</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>请选择</translation>
    </message>
    <message>
        <source>No secret is stored yet</source>
        <translation>还没有保存机密</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>一个整数</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>一个数字</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
</context>
<context>
    <name>ParameterForm</name>
    <message>
        <source>Play – Desktop Agent</source>
        <translation>播放 – Desktop Agent</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
</context>
<context>
    <name>ParametersDialog</name>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Whoever plays the macro is asked for these. Its texts take them as {{name}}.</source>
        <translation>播放宏时会询问这些值。宏的文字里用 {{name}} 引用它们。</translation>
    </message>
    <message>
        <source>There are none yet.</source>
        <translation>还没有。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>提问</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Value unless given</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Must always be given</source>
        <translation>每次都必须填写</translation>
    </message>
    <message>
        <source>one a line; empty: anything</source>
        <translation>每行一个；留空表示任意</translation>
    </message>
    <message>
        <source>Two parameters are called “{name}”.</source>
        <translation>有两个参数都叫“{name}”。</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>yes or no</source>
        <translation>是或否</translation>
    </message>
    <message>
        <source>date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>secret</source>
        <translation>机密</translation>
    </message>
</context>
<context>
    <name>PauseCard</name>
    <message>
        <source>When the time is up, the run ends.</source>
        <translation>时间一到，本次运行即结束。</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Desktop Agent has paused</source>
        <translation>Desktop Agent 已暂停</translation>
    </message>
    <message>
        <source>Tell it and &amp;go on</source>
        <translation>告知并继续(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>继续(&amp;G)</translation>
    </message>
    <message>
        <source>Tell it something, if you like</source>
        <translation>如有需要，请在此告知它</translation>
    </message>
    <message>
        <source>Paused: shall it go on?</source>
        <translation>已暂停：要继续吗？</translation>
    </message>
    <message>
        <source>What it tried last</source>
        <translation>它最近的尝试</translation>
    </message>
</context>
<context>
    <name>PictureButton</name>
    <message>
        <source>Picture {name}, {size}. Press to enlarge.</source>
        <translation>图片 {name}，{size}。按下可放大。</translation>
    </message>
</context>
<context>
    <name>PictureChip</name>
    <message>
        <source>Remove the picture</source>
        <translation>移除图片</translation>
    </message>
</context>
<context>
    <name>Playing</name>
    <message>
        <source>Something is running already.</source>
        <translation>已经有任务在运行。</translation>
    </message>
    <message>
        <source>Wait, or stop it.</source>
        <translation>请等待，或停止它。</translation>
    </message>
    <message>
        <source>Play the macro “{name}”</source>
        <translation>播放宏“{name}”</translation>
    </message>
</context>
<context>
    <name>QuestionBox</name>
    <message>
        <source>Ask, or say what to do here</source>
        <translation>提问，或说明要在这里做什么</translation>
    </message>
    <message>
        <source>Question or instruction</source>
        <translation>问题或指令</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Ask about a region</source>
        <translation>询问屏幕区域</translation>
    </message>
    <message>
        <source>Monitor</source>
        <translation>显示器</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The region</source>
        <translation>所选区域</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考……</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>提问</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>Desktop Agent asks</source>
        <translation>Desktop Agent 请求确认</translation>
    </message>
    <message>
        <source>The agent asks you</source>
        <translation>助手向您提问</translation>
    </message>
    <message>
        <source>Don&apos;t answer</source>
        <translation>不回答</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Your answer</source>
        <translation>您的回答</translation>
    </message>
</context>
<context>
    <name>RecordingBadge</name>
    <message>
        <source>Recording a macro</source>
        <translation>正在录制宏</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Making steps …</source>
        <translation>正在生成步骤…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>正在录制</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>{time} · {number} events</source>
        <translation>{time} · {number} 个事件</translation>
    </message>
</context>
<context>
    <name>RegionQuestion</name>
    <message>
        <source>Something is running already. Wait until it ends, or stop it.</source>
        <translation>已有任务正在运行。请等它结束，或将其停止。</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考……</translation>
    </message>
    <message>
        <source>Waiting for your decision: {words}</source>
        <translation>等待您的决定：{words}</translation>
    </message>
    <message>
        <source>Waiting for your answer</source>
        <translation>等待您的回答</translation>
    </message>
    <message>
        <source>Acting: {words}</source>
        <translation>正在操作：{words}</translation>
    </message>
</context>
<context>
    <name>ReviewWindow</name>
    <message>
        <source>Import a macro</source>
        <translation>导入宏</translation>
    </message>
    <message>
        <source>Keep the recording</source>
        <translation>保存录制</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Parameters …</source>
        <translation>参数…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>This macro comes from elsewhere: {place}. Look through every step. It will do what they say with your mouse and keyboard. Nothing of it is done before you play it, and what is critical is asked each time.</source>
        <translation>这个宏来自别处：{place}。请检查每一步：它会用您的鼠标和键盘照这些步骤去做。在您播放之前什么都不会执行，关键操作每次都会询问。</translation>
    </message>
    <message>
        <source>And {number} more.</source>
        <translation>还有 {number} 条。</translation>
    </message>
    <message>
        <source>Throw the recording away?</source>
        <translation>要放弃这段录制吗？</translation>
    </message>
    <message>
        <source>It can&apos;t be brought back.</source>
        <translation>放弃后无法恢复。</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Keep it here</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>RulesWindow</name>
    <message>
        <source>What is asked – Desktop Agent</source>
        <translation>会询问什么 – Desktop Agent</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Looking and scrolling are free. Everything else is asked; for an ordinary click or text you may allow it for one application until you quit. These are the exceptions.</source>
        <translation>查看和滚动不询问。其余操作都会询问；普通的点击或输入，您可以在退出前对某个应用程序一直允许。以下是例外。</translation>
    </message>
    <message>
        <source>Asked every time</source>
        <translation>每次都询问</translation>
    </message>
    <message>
        <source>Handed over to you</source>
        <translation>交给您自己做</translation>
    </message>
    <message>
        <source>Never done</source>
        <translation>从不执行</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>In a window titled</source>
        <translation>所在窗口的标题</translation>
    </message>
</context>
<context>
    <name>RunTeller</name>
    <message>
        <source>Thinking …</source>
        <translation>正在思考……</translation>
    </message>
    <message>
        <source>Answering …</source>
        <translation>正在回答……</translation>
    </message>
    <message>
        <source>Answered by</source>
        <translation>回答者</translation>
    </message>
    <message>
        <source>Waiting for your decision: {words}</source>
        <translation>等待您的决定：{words}</translation>
    </message>
    <message>
        <source>Acting: {words}</source>
        <translation>正在操作：{words}</translation>
    </message>
    <message>
        <source>Waiting for your answer</source>
        <translation>等待您的回答</translation>
    </message>
</context>
<context>
    <name>RunsWindow</name>
    <message>
        <source>Runs – Desktop Agent</source>
        <translation>运行记录 – Desktop Agent</translation>
    </message>
    <message>
        <source>Runs, latest first</source>
        <translation>运行记录，最新的在前</translation>
    </message>
    <message>
        <source>Loading …</source>
        <translation>正在载入……</translation>
    </message>
    <message>
        <source>Steps of the run</source>
        <translation>运行的步骤</translation>
    </message>
    <message>
        <source>No run yet.</source>
        <translation>还没有运行记录。</translation>
    </message>
</context>
<context>
    <name>ScopeButton</name>
    <message>
        <source>Whole screen</source>
        <translation>整个屏幕</translation>
    </message>
    <message>
        <source>What the agent may see and touch: {scope}</source>
        <translation>助手可以查看和操作的范围：{scope}</translation>
    </message>
    <message>
        <source>What the agent may see and touch</source>
        <translation>助手可以查看和操作的范围</translation>
    </message>
    <message>
        <source>Monitor {name}</source>
        <translation>显示器 {name}</translation>
    </message>
    <message>
        <source>A region …</source>
        <translation>一个区域……</translation>
    </message>
</context>
<context>
    <name>SecretDialog</name>
    <message>
        <source>Make it a secret</source>
        <translation>设为机密</translation>
    </message>
    <message>
        <source>Name of the secret</source>
        <translation>机密的名称</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>机密</translation>
    </message>
    <message>
        <source>The macro then holds the name alone; the value is typed from the system&apos;s keyring. What was recorded is gone from the macro once it is saved.</source>
        <translation>宏里只保留名称，内容在输入时从系统密钥环取得。保存之后，录制的内容就不在宏里了。</translation>
    </message>
</context>
<context>
    <name>SecretsWindow</name>
    <message>
        <source>Secrets – Desktop Agent</source>
        <translation>密码与口令 – Desktop Agent</translation>
    </message>
    <message>
        <source>Names of your secrets</source>
        <translation>密码与口令的名称</translation>
    </message>
    <message>
        <source>There are none yet.</source>
        <translation>还没有。</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>such as: bank</source>
        <translation>例如：银行</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>The agent types a secret by its name, after your approval, and never sees its value. The values are kept in the system&apos;s keyring.</source>
        <translation>经您批准后，助手按名称输入密码或口令，但永远看不到其内容。内容保存在系统的密钥环中。</translation>
    </message>
    <message>
        <source>Add or replace</source>
        <translation>添加或替换</translation>
    </message>
    <message>
        <source>Remove the secret “{name}” from the keyring?</source>
        <translation>要从密钥环中删除“{name}”吗？</translation>
    </message>
    <message>
        <source>Its value can&apos;t be brought back.</source>
        <translation>其内容将无法恢复。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>ServerLine</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Name of the model</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Model name</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings – Desktop Agent</source>
        <translation>设置 – Desktop Agent</translation>
    </message>
    <message>
        <source>Ask about a region</source>
        <translation>询问屏幕区域</translation>
    </message>
    <message>
        <source>Stop everything</source>
        <translation>全部停止</translation>
    </message>
    <message>
        <source>Go to the approval card</source>
        <translation>转到确认卡片</translation>
    </message>
    <message>
        <source>Record a macro, and stop</source>
        <translation>录制宏／停止录制</translation>
    </message>
    <message>
        <source>Pause a recording</source>
        <translation>暂停录制</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>跟随桌面</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language (after a restart)</source>
        <translation>语言（重启后生效）</translation>
    </message>
    <message>
        <source>Who plans</source>
        <translation>由谁规划</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Instant commands only</source>
        <translation>仅即时命令</translation>
    </message>
    <message>
        <source>The local model</source>
        <translation>本地模型</translation>
    </message>
    <message>
        <source>The server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Count as you</source>
        <translation>视为您本人</translation>
    </message>
    <message>
        <source>Choose a model or a server …</source>
        <translation>选择模型或服务器……</translation>
    </message>
    <message>
        <source>Secrets to type …</source>
        <translation>可输入的密码与口令…</translation>
    </message>
    <message>
        <source>What is asked …</source>
        <translation>会询问什么……</translation>
    </message>
    <message>
        <source>This hotkey is used above already.</source>
        <translation>上面已经使用了这个快捷键。</translation>
    </message>
    <message>
        <source>Never show the agent</source>
        <translation>不让助手看到</translation>
    </message>
    <message>
        <source>Applications, by the beginning of a word of their names. Their windows come out grey, and the agent neither reads them nor acts in them.</source>
        <translation>应用程序，写出其名称中某个词的开头即可。它们的窗口显示为灰色，助手既不读取也不操作。</translation>
    </message>
    <message>
        <source>A hotkey is modifiers and one other key.</source>
        <translation>快捷键由修饰键和另一个键组成。</translation>
    </message>
    <message>
        <source>Write it like ctrl+alt+a.</source>
        <translation>请写成 ctrl+alt+a 这样的形式。</translation>
    </message>
    <message>
        <source>That key could not be typed any more.</source>
        <translation>那样就无法再输入这个键了。</translation>
    </message>
    <message>
        <source>Add ctrl, alt or super.</source>
        <translation>请加上 ctrl、alt 或 super。</translation>
    </message>
</context>
<context>
    <name>ShelfCard</name>
    <message>
        <source>Fetched</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>Remove {name} from this machine?</source>
        <translation>要从本机删除 {name} 吗？</translation>
    </message>
    <message>
        <source>It can be fetched again. If it is in use, none is used afterwards.</source>
        <translation>以后可以重新下载。如果它正在使用，删除后将不使用任何模型。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>StepActions</name>
    <message>
        <source>Insert …</source>
        <translation>插入…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制一份</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Don&apos;t skip</source>
        <translation>不再跳过</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
</context>
<context>
    <name>StepCard</name>
    <message>
        <source>Details of step {number}: {title} – {outcome}</source>
        <translation>第 {number} 步详情：{title} – {outcome}</translation>
    </message>
</context>
<context>
    <name>StepFields</name>
    <message>
        <source>Afterwards there must be</source>
        <translation>之后必须有</translation>
    </message>
    <message>
        <source>Wait at most</source>
        <translation>最多等待</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Skip this step</source>
        <translation>跳过这一步</translation>
    </message>
    <message>
        <source>What is clicked</source>
        <translation>点击的目标</translation>
    </message>
    <message>
        <source>Button</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>once</source>
        <translation>一次</translation>
    </message>
    <message>
        <source>twice</source>
        <translation>两次</translation>
    </message>
    <message>
        <source>three times</source>
        <translation>三次</translation>
    </message>
    <message>
        <source>How often</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Held keys</source>
        <translation>同时按住的键</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Over what</source>
        <translation>在哪里滚动</translation>
    </message>
    <message>
        <source>up</source>
        <translation>上</translation>
    </message>
    <message>
        <source>down</source>
        <translation>下</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Clicks of the wheel</source>
        <translation>滚轮格数</translation>
    </message>
    <message>
        <source>What is pointed at</source>
        <translation>指向的目标</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Replace what stands there</source>
        <translation>替换原有内容</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Until there is</source>
        <translation>直到有</translation>
    </message>
    <message>
        <source>Name of the value</source>
        <translation>值的名称</translation>
    </message>
    <message>
        <source>From where</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>If there is</source>
        <translation>如果有</translation>
    </message>
    <message>
        <source>At most how often</source>
        <translation>最多次数</translation>
    </message>
    <message>
        <source>Macro</source>
        <translation>宏</translation>
    </message>
    <message>
        <source>Values for its parameters</source>
        <translation>它的参数值</translation>
    </message>
    <message>
        <source>name = value, one a line</source>
        <translation>名称 = 值，每行一个</translation>
    </message>
    <message>
        <source>Text to type</source>
        <translation>要输入的文字</translation>
    </message>
    <message>
        <source>Make it a parameter …</source>
        <translation>设为参数…</translation>
    </message>
    <message>
        <source>Make it a secret …</source>
        <translation>设为机密…</translation>
    </message>
    <message>
        <source>what it is, in your words</source>
        <translation>用您的话说它是什么</translation>
    </message>
    <message>
        <source>in {window}</source>
        <translation>在 {window} 中</translation>
    </message>
    <message>
        <source>Looks for {target}</source>
        <translation>查找 {target}</translation>
    </message>
    <message>
        <source>Application of the window</source>
        <translation>窗口所属的应用</translation>
    </message>
    <message>
        <source>Title of the window</source>
        <translation>窗口标题</translation>
    </message>
    <message>
        <source>title; * stands for anything</source>
        <translation>标题；* 代表任意内容</translation>
    </message>
    <message>
        <source>middle</source>
        <translation>中</translation>
    </message>
    <message>
        <source>Write each value as name = value, one a line.</source>
        <translation>请把每个值写成“名称 = 值”，每行一个。</translation>
    </message>
</context>
<context>
    <name>StepForm</name>
    <message>
        <source>{number} steps are selected.</source>
        <translation>已选择 {number} 个步骤。</translation>
    </message>
    <message>
        <source>There are no steps yet. Insert some, or record them.</source>
        <translation>还没有步骤。请插入或录制步骤。</translation>
    </message>
    <message>
        <source>Select a step to change it.</source>
        <translation>选择一个步骤来修改。</translation>
    </message>
    <message>
        <source>{why} Until that is mended, it is not used.</source>
        <translation>{why} 改正之前不会采用。</translation>
    </message>
</context>
<context>
    <name>StepList</name>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
</context>
<context>
    <name>StepRows</name>
    <message>
        <source>Otherwise</source>
        <translation>否则</translation>
    </message>
    <message>
        <source>End: {step}</source>
        <translation>结束：{step}</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Show earlier messages</source>
        <translation>显示更早的消息</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Ask about a region</source>
        <translation>询问屏幕区域</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Release stop</source>
        <translation>解除停止</translation>
    </message>
    <message>
        <source>Macros …</source>
        <translation>宏…</translation>
    </message>
    <message>
        <source>Record a macro</source>
        <translation>录制宏</translation>
    </message>
    <message>
        <source>Play a macro</source>
        <translation>播放宏</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Stop recording</source>
        <translation>停止录制</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>thinking</source>
        <translation>正在思考</translation>
    </message>
    <message>
        <source>acting</source>
        <translation>正在操作</translation>
    </message>
    <message>
        <source>waiting for you</source>
        <translation>等待您</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Model: none, instant commands only</source>
        <translation>模型：无，只用即时命令</translation>
    </message>
    <message>
        <source>Model: not loaded – loads when needed</source>
        <translation>模型：未加载，需要时自动加载</translation>
    </message>
    <message>
        <source>Model: loading {name} …</source>
        <translation>模型：正在加载 {name} …</translation>
    </message>
    <message>
        <source>Model: loaded, {name}</source>
        <translation>模型：已加载，{name}</translation>
    </message>
    <message>
        <source>Model: on a server, {name}</source>
        <translation>模型：在服务器上，{name}</translation>
    </message>
</context>
<context>
    <name>TriggerForm</name>
    <message>
        <source>By itself – Desktop Agent</source>
        <translation>自动播放 – Desktop Agent</translation>
    </message>
    <message>
        <source>Hotkey</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Pressed anywhere, it plays the macro; what it needs to know is asked for.</source>
        <translation>在任何地方按下都会播放这个宏；缺少的值会询问您。</translation>
    </message>
    <message>
        <source>At times</source>
        <translation>定时</translation>
    </message>
    <message>
        <source>With these values, since nobody may be there to be asked:</source>
        <translation>使用以下值，因为届时可能无人可问：</translation>
    </message>
    <message>
        <source>It is not approved as a whole. At its times nobody may be there to allow its steps: it would end at the first one.</source>
        <translation>它还没有整体批准。到时可能无人批准它的步骤，它会在第一步就结束。</translation>
    </message>
    <message>
        <source>Approve …</source>
        <translation>批准…</translation>
    </message>
    <message>
        <source>Both work while Desktop Agent runs. Nothing is played while the screen is locked.</source>
        <translation>两者都在 Desktop Agent 运行时有效。屏幕锁定时不会播放任何宏。</translation>
    </message>
</context>
<context>
    <name>TriggerNews</name>
    <message>
        <source>“{name}” was not played at its time ({when}).</source>
        <translation>“{name}”没有按时播放（{when}）。</translation>
    </message>
    <message>
        <source>“{name}” was not played {number} times, the last time {when}.</source>
        <translation>“{name}”有 {number} 次没有播放，最近一次是 {when}。</translation>
    </message>
    <message>
        <source>“{name}” was not played: the screen is locked, or it is not known whether it is.</source>
        <translation>“{name}”没有播放：屏幕已锁定，或者无法得知是否已锁定。</translation>
    </message>
    <message>
        <source>“{name}” was not played at its time: something else was running.</source>
        <translation>“{name}”没有按时播放：当时有其他任务正在运行。</translation>
    </message>
    <message>
        <source>“{name}” was not played at its time: a macro was being recorded.</source>
        <translation>“{name}”没有按时播放：当时正在录制宏。</translation>
    </message>
    <message>
        <source>“{name}” waits for you: one of its steps must be allowed. Play it yourself.</source>
        <translation>“{name}”在等您：其中一步需要批准。请您自己播放它。</translation>
    </message>
    <message>
        <source>“{name}” was stopped.</source>
        <translation>“{name}”已被停止。</translation>
    </message>
    <message>
        <source>“{name}” was not played to its end: it was refused.</source>
        <translation>“{name}”没有播放到底：被拒绝了。</translation>
    </message>
    <message>
        <source>“{name}” was not played to its end.</source>
        <translation>“{name}”没有播放到底。</translation>
    </message>
    <message>
        <source>Not everything that starts macros works. The window of macros says why.</source>
        <translation>有的宏触发方式不起作用，原因见宏窗口。</translation>
    </message>
    <message>
        <source>What starts macros can&apos;t be read, so nothing starts by itself.</source>
        <translation>无法读取宏的触发方式，因此不会自动播放任何宏。</translation>
    </message>
    <message>
        <source>And {number} more.</source>
        <translation>还有 {number} 条。</translation>
    </message>
    <message>
        <source>Macros</source>
        <translation>宏</translation>
    </message>
</context>
<context>
    <name>TrustedDevices</name>
    <message>
        <source>Programs press keys and buttons through these, remote desktops (x11vnc) and on-screen keyboards too. What comes through a ticked one counts as yours: any program of yours could then approve in your place. Stop in the tray works from any of them anyway.</source>
        <translation>程序通过这些设备按键和点击，远程桌面（x11vnc）和屏幕键盘也是如此。勾选后，经由该设备的输入视为您本人的操作：您的任何程序都能代您确认。托盘中的“停止”则始终可以通过任何设备使用。</translation>
    </message>
    <message>
        <source>All called “{name}”</source>
        <translation>所有名称符合“{name}”的设备</translation>
    </message>
    <message>
        <source>“{name}”, not there now</source>
        <translation>“{name}”，当前不存在</translation>
    </message>
</context>
<context>
    <name>Unattended</name>
    <message>
        <source>Play the macro “{name}”</source>
        <translation>播放宏“{name}”</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What can I do for you?</source>
        <translation>需要我做什么？</translation>
    </message>
    <message>
        <source>Ask about a region</source>
        <translation>询问屏幕区域</translation>
    </message>
    <message>
        <source>Ask about something you see</source>
        <translation>询问您看到的内容</translation>
    </message>
    <message>
        <source>Say what to do</source>
        <translation>说明要做什么</translation>
    </message>
    <message>
        <source>Each step is shown to you first, and nothing happens until you approve it.</source>
        <translation>每一步都会先给您看，在您批准之前什么也不会发生。</translation>
    </message>
    <message>
        <source>click Save</source>
        <translation>点击保存</translation>
    </message>
    <message>
        <source>type &quot;Hello&quot; into the text area</source>
        <translation>在文本区输入“你好”</translation>
    </message>
    <message>
        <source>press ctrl+s</source>
        <translation>按 ctrl+s</translation>
    </message>
    <message>
        <source>Ask here</source>
        <translation>在这里提问</translation>
    </message>
    <message>
        <source>Choose below what the agent may see: the whole screen, one window or a region.</source>
        <translation>在下方选择助手可以看到的范围：整个屏幕、一个窗口或一个区域。</translation>
    </message>
    <message>
        <source>What is the text in this window?</source>
        <translation>这个窗口里写了什么？</translation>
    </message>
    <message>
        <source>Mark a part of the screen and ask about it, or say what to do there.</source>
        <translation>标出屏幕的一部分，就它提问，或说明要在那里做什么。</translation>
    </message>
    <message>
        <source>From anywhere: {hotkey}</source>
        <translation>随时可用：{hotkey}</translation>
    </message>
    <message>
        <source>Try: {text}</source>
        <translation>试试：{text}</translation>
    </message>
    <message>
        <source>Choose a model …</source>
        <translation>选择模型……</translation>
    </message>
    <message>
        <source>No model is set. Instructions like these and the text of a region work without one.</source>
        <translation>尚未设置模型。没有模型也可以使用上述指令和读取区域文字。</translation>
    </message>
</context>
<context>
    <name>_FileField</name>
    <message>
        <source>Choose …</source>
        <translation>选择……</translation>
    </message>
    <message>
        <source>Choose the file: {name}</source>
        <translation>选择文件：{name}</translation>
    </message>
    <message>
        <source>GGUF files (*.gguf);;All files (*)</source>
        <translation>GGUF 文件 (*.gguf);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Remove …</source>
        <translation>删除……</translation>
    </message>
</context>
<context>
    <name>_Strip</name>
    <message>
        <source>Ring around the target</source>
        <translation>目标周围的圆环</translation>
    </message>
</context>
<context>
    <name>card</name>
    <message>
        <source>Element</source>
        <translation>元素</translation>
    </message>
    <message>
        <source>Said to be</source>
        <translation>据称是</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>应用程序</translation>
    </message>
    <message>
        <source>1 character</source>
        <translation>1 个字符</translation>
    </message>
    <message>
        <source>{0} characters</source>
        <translation>{0} 个字符</translation>
    </message>
    <message>
        <source>{0}, {1} lines</source>
        <translation>{0}，{1} 行</translation>
    </message>
</context>
<context>
    <name>chat</name>
    <message>
        <source>confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>no effect seen</source>
        <translation>未见效果</translation>
    </message>
    <message>
        <source>not verifiable</source>
        <translation>无法验证</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>You let it go on.</source>
        <translation>您让它继续运行。</translation>
    </message>
    <message>
        <source>You let it go on, and told it:</source>
        <translation>您让它继续运行，并告诉它：</translation>
    </message>
    <message>
        <source>You stopped it there.</source>
        <translation>您让它就此停止。</translation>
    </message>
    <message>
        <source>It was not answered whether to go on.</source>
        <translation>是否继续没有得到答复。</translation>
    </message>
    <message>
        <source>The screen was still changing when it was checked.</source>
        <translation>检查时屏幕仍在变化。</translation>
    </message>
    <message>
        <source>Before step {number}</source>
        <translation>第 {number} 步之前</translation>
    </message>
    <message>
        <source>After step {number}</source>
        <translation>第 {number} 步之后</translation>
    </message>
    <message>
        <source>The program told the planner so.</source>
        <translation>这是程序告诉规划器的。</translation>
    </message>
    <message>
        <source>Approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>Denied</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>Stopped by you</source>
        <translation>已由您停止</translation>
    </message>
    <message>
        <source>Not answered in time</source>
        <translation>未及时回答</translation>
    </message>
    <message>
        <source>Asking failed</source>
        <translation>询问失败</translation>
    </message>
</context>
<context>
    <name>macros</name>
    <message>
        <source>Import a macro</source>
        <translation>导入宏</translation>
    </message>
    <message>
        <source>Macros (*.macro macro.json);;All files (*)</source>
        <translation>宏 (*.macro macro.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Export the macro</source>
        <translation>导出宏</translation>
    </message>
    <message>
        <source>Macro (*.macro);;Python script (*.py);;Guide with pictures (*.md)</source>
        <translation>宏 (*.macro);;Python 脚本 (*.py);;带图片的指南 (*.md)</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>Folder (empty: none); a new name makes a new one:</source>
        <translation>文件夹（留空表示不放入文件夹）；输入新名称会新建一个：</translation>
    </message>
    <message>
        <source>Runs of “{name}” – Desktop Agent</source>
        <translation>“{name}”的运行 – Desktop Agent</translation>
    </message>
    <message>
        <source>Type a text</source>
        <translation>输入文字</translation>
    </message>
    <message>
        <source>Press keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Open an application</source>
        <translation>打开应用</translation>
    </message>
    <message>
        <source>Bring a window to the front</source>
        <translation>把窗口移到最前</translation>
    </message>
    <message>
        <source>Wait until …</source>
        <translation>等待直到…</translation>
    </message>
    <message>
        <source>Keep the clipboard&apos;s text as a value</source>
        <translation>把剪贴板的文字存为值</translation>
    </message>
    <message>
        <source>If …</source>
        <translation>如果…</translation>
    </message>
    <message>
        <source>Repeat …</source>
        <translation>重复…</translation>
    </message>
    <message>
        <source>Play another macro</source>
        <translation>播放另一个宏</translation>
    </message>
    <message>
        <source>looks for {target}</source>
        <translation>查找 {target}</translation>
    </message>
    <message>
        <source>at most {time}</source>
        <translation>最多 {time}</translation>
    </message>
    <message>
        <source>waits up to {time} for it</source>
        <translation>最多等待 {time}</translation>
    </message>
    <message>
        <source>at most {number} times</source>
        <translation>最多 {number} 次</translation>
    </message>
    <message>
        <source>waits up to {time}</source>
        <translation>最多等待 {time}</translation>
    </message>
    <message>
        <source>then until {condition}</source>
        <translation>然后直到 {condition}</translation>
    </message>
    <message>
        <source>beside {texts}</source>
        <translation>旁边有 {texts}</translation>
    </message>
    <message>
        <source>the picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>the place {x}, {y}</source>
        <translation>位置 {x}, {y}</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Secret: {name}</source>
        <translation>机密：{name}</translation>
    </message>
</context>
<context>
    <name>runs</name>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>reached its limit</source>
        <translation>达到上限</translation>
    </message>
    <message>
        <source>given up</source>
        <translation>已放弃</translation>
    </message>
    <message>
        <source>waits for you</source>
        <translation>等待您处理</translation>
    </message>
    <message>
        <source>goes on</source>
        <translation>正在进行</translation>
    </message>
    <message>
        <source>broke off</source>
        <translation>已中断</translation>
    </message>
</context>
<context>
    <name>triggers</name>
    <message>
        <source>minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>{trigger} (off)</source>
        <translation>{trigger}（已关闭）</translation>
    </message>
    <message>
        <source>at {time}, {days}</source>
        <translation>{days} {time}</translation>
    </message>
    <message>
        <source>every minute</source>
        <translation>每分钟</translation>
    </message>
    <message>
        <source>every hour</source>
        <translation>每小时</translation>
    </message>
    <message>
        <source>once a day</source>
        <translation>每天一次</translation>
    </message>
    <message>
        <source>every {number} minutes</source>
        <translation>每 {number} 分钟</translation>
    </message>
    <message>
        <source>every {number} hours</source>
        <translation>每 {number} 小时</translation>
    </message>
    <message>
        <source>every {number} days</source>
        <translation>每 {number} 天</translation>
    </message>
    <message>
        <source>at “{text}”</source>
        <translation>按“{text}”</translation>
    </message>
    <message>
        <source>every day</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>{0} to {1}</source>
        <translation>{0}至{1}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
</TS>
